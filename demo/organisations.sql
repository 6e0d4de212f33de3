-- The organisations of the sample: 55 Ministries and independent
-- Departments of the Union with 39 departments of theirs (94 central M/Ds),
-- 36 States and Union territories with their departments, and what is
-- attached to them. Names of the Union are those of the Allocation of
-- Business Rules as of 2025; where several departments of a Ministry are
-- one unit here (Home Affairs, Youth Affairs and Sports), the Ministry
-- stands for them. Names of offices are real as far as they are
-- known; the numbers of officials are rough orders of magnitude.
--
-- A top-level row has neither ministry nor department, a department's own
-- row has a ministry and no department, as in the portal. So every
-- department keeps at least one organisation that names it.
--
-- Dirt: organisations with officials that org_hierarchy lacks, inactive
-- organisations without officials, departments of several States of the
-- same name, names with stray blanks.

-- ---------------------------------------------------------------------
-- The Union: code, code of the ministry, name, officials of its own
-- (headquarters), sector of its designations.
create table md_ref(code text, parent text, name text, heads int, sector text);
insert into md_ref values
    ('AGR', null, 'Ministry of Agriculture and Farmers Welfare', 300, 'gen'),
    ('DAFW', 'AGR', 'Department of Agriculture and Farmers Welfare', 3200, 'gen'),
    ('DARE', 'AGR', 'Department of Agricultural Research and Education', 350, 'gen'),
    ('DAE', null, 'Department of Atomic Energy', 1400, 'sci'),
    ('AYUSH', null, 'Ministry of Ayush', 700, 'gen'),
    ('CHF', null, 'Ministry of Chemicals and Fertilizers', 60, 'gen'),
    ('DCPC', 'CHF', 'Department of Chemicals and Petrochemicals', 280, 'gen'),
    ('DFERT', 'CHF', 'Department of Fertilizers', 320, 'gen'),
    ('DPHARMA', 'CHF', 'Department of Pharmaceuticals', 210, 'gen'),
    ('CIVAV', null, 'Ministry of Civil Aviation', 650, 'gen'),
    ('COAL', null, 'Ministry of Coal', 420, 'gen'),
    ('COM', null, 'Ministry of Commerce and Industry', 120, 'gen'),
    ('DOC', 'COM', 'Department of Commerce', 900, 'gen'),
    ('DPIIT', 'COM', 'Department for Promotion of Industry and Internal Trade', 750, 'gen'),
    ('CMN', null, 'Ministry of Communications', 90, 'gen'),
    ('POST', 'CMN', 'Department of Posts', 2600, 'post'),
    ('DOT', 'CMN', 'Department of Telecommunications', 2100, 'gen'),
    ('CFP', null, 'Ministry of Consumer Affairs, Food and Public Distribution', 80, 'gen'),
    ('DCA', 'CFP', 'Department of Consumer Affairs', 480, 'gen'),
    ('DFPD', 'CFP', 'Department of Food and Public Distribution', 620, 'gen'),
    ('COOP', null, 'Ministry of Cooperation', 360, 'gen'),
    ('MCA', null, 'Ministry of Corporate Affairs', 900, 'gen'),
    ('CULT', null, 'Ministry of Culture', 620, 'gen'),
    ('DEF', null, 'Ministry of Defence', 900, 'gen'),
    ('DOD', 'DEF', 'Department of Defence', 3800, 'gen'),
    ('DDP', 'DEF', 'Department of Defence Production', 900, 'gen'),
    ('DDRD', 'DEF', 'Department of Defence Research and Development', 1500, 'sci'),
    ('MDONER', null, 'Ministry of Development of North Eastern Region', 290, 'gen'),
    ('MOES', null, 'Ministry of Earth Sciences', 380, 'gen'),
    ('EDU', null, 'Ministry of Education', 400, 'gen'),
    ('DSEL', 'EDU', 'Department of School Education and Literacy', 520, 'gen'),
    ('DHE', 'EDU', 'Department of Higher Education', 760, 'gen'),
    ('MEITY', null, 'Ministry of Electronics and Information Technology', 900, 'gen'),
    ('MOEFCC', null, 'Ministry of Environment, Forest and Climate Change', 1400, 'gen'),
    ('MEA', null, 'Ministry of External Affairs', 4600, 'gen'),
    ('FIN', null, 'Ministry of Finance', 350, 'gen'),
    ('DEA', 'FIN', 'Department of Economic Affairs', 1100, 'gen'),
    ('DOE', 'FIN', 'Department of Expenditure', 1300, 'gen'),
    ('DOR', 'FIN', 'Department of Revenue', 1500, 'gen'),
    ('DIPAM', 'FIN', 'Department of Investment and Public Asset Management', 160, 'gen'),
    ('DFS', 'FIN', 'Department of Financial Services', 620, 'gen'),
    ('DPE', 'FIN', 'Department of Public Enterprises', 170, 'gen'),
    ('FAD', null, 'Ministry of Fisheries, Animal Husbandry and Dairying', 70, 'gen'),
    ('DOF', 'FAD', 'Department of Fisheries', 260, 'gen'),
    ('DAHD', 'FAD', 'Department of Animal Husbandry and Dairying', 640, 'gen'),
    ('MOFPI', null, 'Ministry of Food Processing Industries', 260, 'gen'),
    ('HFW', null, 'Ministry of Health and Family Welfare', 1900, 'gen'),
    ('DHR', 'HFW', 'Department of Health Research', 160, 'gen'),
    ('MHI', null, 'Ministry of Heavy Industries', 300, 'gen'),
    ('MHA', null, 'Ministry of Home Affairs', 3900, 'gen'),
    ('MOHUA', null, 'Ministry of Housing and Urban Affairs', 1100, 'gen'),
    ('MIB', null, 'Ministry of Information and Broadcasting', 900, 'gen'),
    ('JAL', null, 'Ministry of Jal Shakti', 80, 'gen'),
    ('DOWR', 'JAL', 'Department of Water Resources, River Development and Ganga Rejuvenation', 780, 'gen'),
    ('DDWS', 'JAL', 'Department of Drinking Water and Sanitation', 340, 'gen'),
    ('LAB', null, 'Ministry of Labour and Employment', 1200, 'gen'),
    ('LAW', null, 'Ministry of Law and Justice', 70, 'gen'),
    ('DLA', 'LAW', 'Department of Legal Affairs', 760, 'gen'),
    ('LEG', 'LAW', 'Legislative Department', 420, 'gen'),
    ('DOJ', 'LAW', 'Department of Justice', 260, 'gen'),
    ('MSME', null, 'Ministry of Micro, Small and Medium Enterprises', 520, 'gen'),
    ('MINES', null, 'Ministry of Mines', 340, 'gen'),
    ('MOMA', null, 'Ministry of Minority Affairs', 280, 'gen'),
    ('MNRE', null, 'Ministry of New and Renewable Energy', 360, 'gen'),
    ('PANCH', null, 'Ministry of Panchayati Raj', 260, 'gen'),
    ('PARL', null, 'Ministry of Parliamentary Affairs', 170, 'gen'),
    ('PPG', null, 'Ministry of Personnel, Public Grievances and Pensions', 90, 'gen'),
    ('DOPT', 'PPG', 'Department of Personnel and Training', 1600, 'gen'),
    ('DARPG', 'PPG', 'Department of Administrative Reforms and Public Grievances', 240, 'gen'),
    ('DOPPW', 'PPG', 'Department of Pension and Pensioners'' Welfare', 190, 'gen'),
    ('MOPNG', null, 'Ministry of Petroleum and Natural Gas', 480, 'gen'),
    ('PLAN', null, 'Ministry of Planning', 60, 'gen'),
    ('SHIP', null, 'Ministry of Ports, Shipping and Waterways', 420, 'gen'),
    ('POWER', null, 'Ministry of Power', 460, 'gen'),
    ('RLY', null, 'Ministry of Railways', 5200, 'rail'),
    ('MORTH', null, 'Ministry of Road Transport and Highways', 900, 'gen'),
    ('RUR', null, 'Ministry of Rural Development', 70, 'gen'),
    ('DORD', 'RUR', 'Department of Rural Development', 680, 'gen'),
    ('DOLR', 'RUR', 'Department of Land Resources', 210, 'gen'),
    ('SNT', null, 'Ministry of Science and Technology', 60, 'gen'),
    ('DST', 'SNT', 'Department of Science and Technology', 520, 'sci'),
    ('DSIR', 'SNT', 'Department of Scientific and Industrial Research', 190, 'sci'),
    ('DBT', 'SNT', 'Department of Biotechnology', 260, 'sci'),
    ('SKILL', null, 'Ministry of Skill Development and Entrepreneurship', 520, 'gen'),
    ('SJE', null, 'Ministry of Social Justice and Empowerment', 420, 'gen'),
    ('DEPWD', 'SJE', 'Department of Empowerment of Persons with Disabilities', 210, 'gen'),
    ('DOS', null, 'Department of Space', 900, 'sci'),
    ('MOSPI', null, 'Ministry of Statistics and Programme Implementation', 1100, 'gen'),
    ('STEEL', null, 'Ministry of Steel', 260, 'gen'),
    ('TEX', null, 'Ministry of Textiles', 420, 'gen'),
    ('TOUR', null, 'Ministry of Tourism', 360, 'gen'),
    ('TRIB', null, 'Ministry of Tribal Affairs', 290, 'gen'),
    ('WCD', null, 'Ministry of Women and Child Development', 420, 'gen'),
    ('YAS', null, 'Ministry of Youth Affairs and Sports', 340, 'gen');

-- Attached and subordinate offices, autonomous bodies and undertakings:
-- code of the M/D, sector, then "name=officials" lists.
create table attached_ref(code text, sector text, offices text);
insert into attached_ref values
    ('AGR', 'gen', 'National Institute of Agricultural Extension Management=350'),
    ('DAFW', 'agri', 'Directorate of Plant Protection, Quarantine and Storage=2100;'
        'Directorate of Marketing and Inspection=900;'
        'Directorate of Economics and Statistics (Agriculture)=420;National Seeds Corporation Limited=1300;'
        'Mahalanobis National Crop Forecast Centre=90;Small Farmers'' Agri-Business Consortium=110;'
            'National Horticulture Board=300;'
        'Coconut Development Board=220;Protection of Plant Varieties and Farmers'' Rights Authority=80;'
            'Central Farm Machinery Training and Testing Institute, Budni=150'),
    ('DARE', 'sci', 'Indian Council of Agricultural Research=15500;'
        'Indian Agricultural Research Institute=2300;'
        'Indian Veterinary Research Institute=1500;National Dairy Research Institute=1100;'
            'Central Agricultural University, Imphal=900;'
        'Rani Lakshmi Bai Central Agricultural University, Jhansi=350;'
            'Dr. Rajendra Prasad Central Agricultural University, Pusa=1300'),
    ('DAE', 'sci', 'Bhabha Atomic Research Centre=11500;Nuclear Power Corporation of India Limited=10200;'
        'Heavy Water Board=2400;'
        'Nuclear Fuel Complex=3200;Indira Gandhi Centre for Atomic Research=2300;'
            'Raja Ramanna Centre for Advanced Technology=1200;'
        'Atomic Minerals Directorate for Exploration and Research=2500;Tata Memorial Centre=4200;'
            'Electronics Corporation of India Limited=1300;'
        'Uranium Corporation of India Limited=3900;IREL (India) Limited=1300;'
            'Atomic Energy Regulatory Board=320'),
    ('AYUSH', 'health', 'Central Council for Research in Ayurvedic Sciences=1500;'
        'Central Council for Research in Homoeopathy=650;'
        'Central Council for Research in Unani Medicine=900;National Institute of Ayurveda, Jaipur=600;'
            'All India Institute of Ayurveda=700;'
        'Morarji Desai National Institute of Yoga=150;National Institute of Siddha=300;'
            'Pharmacopoeia Commission for Indian Medicine and Homoeopathy=90'),
    ('CHF', 'psu', 'Central Institute of Petrochemicals Engineering and Technology (Corporate Office)=180'),
    ('DCPC', 'psu', 'Hindustan Organic Chemicals Limited=420;HIL (India) Limited=640;'
        'Central Institute of Petrochemicals Engineering and Technology=2100;'
        'Institute of Pesticide Formulation Technology=70'),
    ('DFERT', 'psu', 'National Fertilizers Limited=3000;Rashtriya Chemicals and Fertilizers Limited=2600;'
        'Fertilizers and Chemicals Travancore Limited=1700;'
        'Madras Fertilizers Limited=550;Brahmaputra Valley Fertilizer Corporation Limited=650'),
    ('DPHARMA', 'psu', 'National Pharmaceutical Pricing Authority=190;'
        'Pharmaceuticals and Medical Devices Bureau of India=320;'
        'National Institute of Pharmaceutical Education and Research, Mohali=280;'
            'Hindustan Antibiotics Limited=480;Karnataka Antibiotics and Pharmaceuticals Limited=760'),
    ('CIVAV', 'psu', 'Airports Authority of India=16800;Directorate General of Civil Aviation=1500;'
        'Bureau of Civil Aviation Security=720;'
        'Aircraft Accident Investigation Bureau=60;Pawan Hans Limited=640;'
            'Airports Economic Regulatory Authority=70;AI Engineering Services Limited=3900;'
        'Indira Gandhi Rashtriya Uran Akademi=150;Commission of Railway Safety=60'),
    ('COAL', 'psu', 'Coal India Limited=3100;South Eastern Coalfields Limited=38500;'
        'Eastern Coalfields Limited=48500;Bharat Coking Coal Limited=33500;'
        'Central Coalfields Limited=33000;Western Coalfields Limited=33500;Mahanadi Coalfields Limited=21500;'
            'Northern Coalfields Limited=13500;'
        'Central Mine Planning and Design Institute=2900;NLC India Limited=10400;'
            'Singareni Collieries Company Limited=38000;Coal Mines Provident Fund Organisation=650;'
            'Coal Controller''s Organisation=120'),
    ('COM', 'gen', 'Indian Trade Promotion Coordination Cell=60'),
    ('DOC', 'gen', 'Directorate General of Foreign Trade=900;Directorate General of Trade Remedies=170;'
        'Government e-Marketplace=240;'
        'Directorate General of Commercial Intelligence and Statistics=420;Export Inspection Council=380;'
            'Agricultural and Processed Food Products Export Development Authority=160;'
        'Marine Products Export Development Authority=410;Tea Board=520;Coffee Board=480;Rubber Board=900;'
            'Spices Board=430;Indian Institute of Foreign Trade=310;'
        'ECGC Limited=620;India Trade Promotion Organisation=640;MMTC Limited=480;STC Limited=210'),
    ('DPIIT', 'gen', 'Office of the Controller General of Patents, Designs and Trade Marks=2400;'
        'Petroleum and Explosives Safety Organisation=520;'
        'Office of the Economic Adviser=140;National Institute of Design, Ahmedabad=320;'
            'Quality Council of India=460;National Industrial Corridor Development Corporation=110;'
        'Central Manufacturing Technology Institute Liaison Office=40;Salt Commissioner''s Organisation=260'),
    ('CMN', 'gen', 'Communications Finance Coordination Unit=70'),
    ('POST', 'post', 'Postal Directorate Units=1200;Rafi Ahmed Kidwai National Postal Academy=220;'
        'India Post Payments Bank=4200;'
        'Centre for Excellence in Postal Technology=700;Postal Life Insurance Directorate=380;'
            'Army Postal Service Centre=5200'),
    ('DOT', 'eng', 'Bharat Sanchar Nigam Limited=56500;Mahanagar Telephone Nigam Limited=3300;'
        'Telecommunications Consultants India Limited=900;'
        'Telecom Regulatory Authority of India=230;Centre for Development of Telematics=1500;'
            'Telecommunication Engineering Centre=320;'
        'Controller of Communication Accounts Organisation=2600;Wireless Monitoring Organisation=720;'
            'ITI Limited=2300;Bharat Broadband Network Limited=640;'
        'National Communications Academy=160'),
    ('CFP', 'gen', 'Indian Grain Storage Coordination Cell=40'),
    ('DCA', 'gen', 'Bureau of Indian Standards=2000;National Test House=620;'
        'National Consumer Disputes Redressal Commission=130;'
        'Regional Reference Standards Laboratories=110;Central Consumer Protection Authority=70;'
            'Legal Metrology Division Offices=140'),
    ('DFPD', 'psu', 'Food Corporation of India=24500;Central Warehousing Corporation=2300;'
        'Warehousing Development and Regulatory Authority=90;'
        'National Sugar Institute, Kanpur=160;Indian Grain Storage Management and Research Institute=110'),
    ('COOP', 'gen', 'National Cooperative Development Corporation=480;'
        'Vaikunth Mehta National Institute of Cooperative Management=120;'
        'National Council for Cooperative Training=420;Central Registrar of Cooperative Societies=130;'
            'Cooperative Election Authority=50'),
    ('MCA', 'gen', 'Office of the Regional Directors and Registrars of Companies=1300;'
        'Serious Fraud Investigation Office=310;Indian Institute of Corporate Affairs=210;'
        'Competition Commission of India=260;Insolvency and Bankruptcy Board of India=190;'
            'National Company Law Tribunal=480;'
        'National Financial Reporting Authority=80;Official Liquidators=420;'
            'Investor Education and Protection Fund Authority=90'),
    ('CULT', 'gen', 'Archaeological Survey of India=5600;National Archives of India=520;'
        'Anthropological Survey of India=560;National Library, Kolkata=480;'
        'National Museum=320;Sangeet Natak Akademi=180;Sahitya Akademi=150;Lalit Kala Akademi=170;'
            'National School of Drama=210;Indira Gandhi National Centre for the Arts=420;'
        'Raja Rammohun Roy Library Foundation=60;National Council of Science Museums=720;'
            'Victoria Memorial Hall=150;Asiatic Society=140;Central Institute of Higher Tibetan Studies=190'),
    ('DEF', 'def', 'Armed Forces Tribunal=420'),
    ('DOD', 'def', 'Controller General of Defence Accounts=22500;Directorate General of Defence Estates=3100;'
        'Border Roads Organisation=29500;'
        'Military Engineer Services=48500;Indian Coast Guard=13800;'
            'National Cadet Corps Directorate General=6900;Armed Forces Headquarters Civil Services=2900;'
        'Indian Navy (Civilian Personnel)=36500;Army Ordnance Corps (Civilian Personnel)=31000;'
            'Indian Air Force (Civilian Personnel)=23500;Canteen Stores Department=2300;'
        'Institute for Defence Studies and Analyses=140;National Defence College=120;'
        'Directorate General Resettlement=280;Kendriya Sainik Board=110;'
            'Ex-Servicemen Contributory Health Scheme=5200'),
    ('DDP', 'psu', 'Hindustan Aeronautics Limited=23800;Bharat Electronics Limited=8900;'
        'Munitions India Limited=20500;Armoured Vehicles Nigam Limited=12400;'
        'Advanced Weapons and Equipment India Limited=16800;Troop Comforts Limited=4700;'
            'Yantra India Limited=9800;India Optel Limited=3200;Gliders India Limited=900;'
        'Bharat Dynamics Limited=2400;Mazagon Dock Shipbuilders Limited=2700;'
            'Garden Reach Shipbuilders and Engineers Limited=1700;Goa Shipyard Limited=1100;'
            'BEML Limited=4900;'
        'Mishra Dhatu Nigam Limited=740;Directorate General of Quality Assurance=9200;'
            'Directorate General of Aeronautical Quality Assurance=1300'),
    ('DDRD', 'sci', 'Defence Research and Development Laboratory=1900;Research Centre Imarat=1700;'
        'Armament Research and Development Establishment=1300;'
        'Aeronautical Development Establishment=900;Defence Institute of Advanced Technology=320;'
            'Instruments Research and Development Establishment=800;'
        'Electronics and Radar Development Establishment=1200;'
            'Naval Physical and Oceanographic Laboratory=520;Terminal Ballistics Research Laboratory=760;'
        'Gas Turbine Research Establishment=980;Solid State Physics Laboratory=430;'
            'Combat Vehicles Research and Development Establishment=1400'),
    ('MDONER', 'gen', 'North Eastern Council=210;North Eastern Development Finance Corporation=130;'
        'North Eastern Regional Agricultural Marketing Corporation=70;'
        'North Eastern Handicrafts and Handlooms Development Corporation=90;'
            'Cane and Bamboo Technology Centre=40'),
    ('MOES', 'sci', 'India Meteorological Department=4300;National Institute of Ocean Technology=320;'
        'Indian Institute of Tropical Meteorology=420;'
        'Indian National Centre for Ocean Information Services=180;'
            'National Centre for Polar and Ocean Research=170;'
            'National Centre for Medium Range Weather Forecasting=130;'
        'National Centre for Seismology=120;National Centre for Earth Science Studies=160'),
    ('EDU', 'edu', 'Central Hindi Directorate=210'),
    ('DSEL', 'edu', 'Kendriya Vidyalaya Sangathan=46500;Navodaya Vidyalaya Samiti=17500;'
        'Central Board of Secondary Education=1700;'
        'National Council of Educational Research and Training=2100;'
            'National Council for Teacher Education=180;National Institute of Open Schooling=620;'
            'Central Tibetan School Administration=240'),
    ('DHE', 'edu', 'University Grants Commission=480;All India Council for Technical Education=420;'
        'Indira Gandhi National Open University=1800;University of Delhi=4300;'
        'Banaras Hindu University=5600;Aligarh Muslim University=6100;Jawaharlal Nehru University=1900;'
            'University of Hyderabad=1400;Indian Institute of Technology Bombay=1700;'
        'Indian Institute of Technology Delhi=1500;Indian Institute of Technology Madras=1800;'
            'Indian Institute of Technology Kharagpur=1900;Indian Institute of Technology Kanpur=1600;'
        'Indian Institute of Technology Roorkee=1300;Indian Institute of Technology Guwahati=900;'
            'Indian Institute of Science, Bengaluru=1900;'
            'National Institute of Technology Tiruchirappalli=640;'
        'National Institute of Technology Karnataka, Surathkal=620;'
            'National Institute of Technology Warangal=580;'
            'Visvesvaraya National Institute of Technology, Nagpur=520;'
        'Indian Institute of Management Ahmedabad=420;Indian Institute of Management Bangalore=460;'
            'Central University of Punjab=310;Central University of South Bihar=330;'
        'Visva-Bharati=1500;Pondicherry University=1100;Tezpur University=620;National Testing Agency=210;'
            'Central Institute of Indian Languages=230'),
    ('MEITY', 'sci', 'National Informatics Centre=5200;'
        'Standardisation Testing and Quality Certification Directorate=620;'
        'Centre for Development of Advanced Computing=3900;'
        'Indian Computer Emergency Response Team=320;Unique Identification Authority of India=640;'
            'Digital India Corporation=820;National Institute of Electronics and Information Technology=1300;'
        'Software Technology Parks of India=560;National Informatics Centre Services Inc.=420;'
            'Controller of Certifying Authorities=40;'
            'Society for Applied Microwave Electronics Engineering and Research=380;'
        'Centre for Materials for Electronics Technology=160;Semi-Conductor Laboratory=480'),
    ('MOEFCC', 'sci', 'Forest Survey of India=420;Botanical Survey of India=720;'
        'Zoological Survey of India=680;Central Pollution Control Board=560;'
        'Wildlife Institute of India=210;Indian Council of Forestry Research and Education=1300;'
            'Indira Gandhi National Forest Academy=180;National Zoological Park=260;'
        'National Tiger Conservation Authority=60;Wildlife Crime Control Bureau=110;'
            'Indian Institute of Forest Management=120;National Biodiversity Authority=60;'
            'G. B. Pant National Institute of Himalayan Environment=190'),
    ('MEA', 'gen', 'Central Passport Organisation=2700;Indian Council for Cultural Relations=420;'
        'Sushma Swaraj Institute of Foreign Service=110;'
        'Indian Council of World Affairs=80;Research and Information System for Developing Countries=90;'
            'Protector General of Emigrants=130'),
    ('FIN', 'gen', 'Security Printing and Minting Corporation of India Limited=9100'),
    ('DEA', 'gen', 'Securities and Exchange Board of India=1100;Budget Division=190;'
        'National Savings Institute=60;Indian Economic Service Cadre Cell=40;'
        'Financial Stability and Development Council Secretariat=40'),
    ('DOE', 'gen', 'Controller General of Accounts=7200;Public Financial Management System Division=620;'
        'Arun Jaitley National Institute of Financial Management=140;'
        'Institute of Government Accounts and Finance=120;Central Pension Accounting Office=310;'
            'Chief Adviser Cost Office=150'),
    ('DOR', 'tax', 'Central Board of Direct Taxes=2800;Central Board of Indirect Taxes and Customs=2400;'
        'Directorate of Enforcement=1800;Directorate of Revenue Intelligence=900;'
        'Financial Intelligence Unit - India=160;Central Bureau of Narcotics=780;'
            'Central Economic Intelligence Bureau=140;Directorate General of GST Intelligence=2200;'
        'National Academy of Direct Taxes=320;National Academy of Customs, Indirect Taxes and Narcotics=520;'
            'Customs, Excise and Service Tax Appellate Tribunal=310;'
        'Income Tax Appellate Tribunal=640;Directorate of Income Tax (Systems)=820;'
            'Centralised Processing Centre, Bengaluru=740;Goods and Services Tax Network=380'),
    ('DIPAM', 'gen', 'Asset Monetisation Cell=60'),
    ('DFS', 'bank', 'State Bank of India=232000;Punjab National Bank=98000;Bank of Baroda=76000;'
        'Canara Bank=81500;Union Bank of India=75500;Bank of India=51500;Indian Bank=40500;'
        'Central Bank of India=33000;Indian Overseas Bank=22000;UCO Bank=21500;Bank of Maharashtra=13500;'
            'Punjab and Sind Bank=8900;Life Insurance Corporation of India=98500;'
        'New India Assurance Company Limited=11500;United India Insurance Company Limited=9800;'
            'Oriental Insurance Company Limited=8700;National Insurance Company Limited=9200;'
        'General Insurance Corporation of India=480;National Bank for Agriculture and Rural Development=3100;'
            'Small Industries Development Bank of India=1200;'
        'Export-Import Bank of India=420;National Housing Bank=230;'
            'Pension Fund Regulatory and Development Authority=160;'
            'Insurance Regulatory and Development Authority of India=240;IIFCL=110'),
    ('DPE', 'gen', 'Public Enterprises Survey Cell=40'),
    ('FAD', 'gen', 'National Livestock Coordination Cell=40'),
    ('DOF', 'agri', 'Fishery Survey of India=520;'
        'Central Institute of Fisheries Nautical and Engineering Training=410;'
        'National Fisheries Development Board=120;'
        'National Institute of Fisheries Post Harvest Technology and Training=90;'
            'Coastal Aquaculture Authority=70;Central Institute of Coastal Engineering for Fishery=60'),
    ('DAHD', 'agri', 'Delhi Milk Scheme=420;Central Cattle Breeding Farms=460;'
        'Animal Quarantine and Certification Services=160;'
        'National Dairy Development Board=640;Central Poultry Development Organisation=180;'
            'Chaudhary Charan Singh National Institute of Animal Health=190;'
            'Animal Welfare Board of India=50'),
    ('MOFPI', 'gen', 'National Institute of Food Technology, Entrepreneurship and Management, Kundli=190;'
        'National Institute of Food Technology, Entrepreneurship and Management, Thanjavur=160'),
    ('HFW', 'health', 'All India Institute of Medical Sciences, New Delhi=12800;'
        'Directorate General of Health Services=1700;Central Government Health Scheme=9200;'
        'Safdarjung Hospital=6900;Dr. Ram Manohar Lohia Hospital=5200;Lady Hardinge Medical College=3300;'
            'Postgraduate Institute of Medical Education and Research, Chandigarh=7800;'
        'Jawaharlal Institute of Postgraduate Medical Education and Research, Puducherry=4700;'
            'National Centre for Disease Control=620;Food Safety and Standards Authority of India=820;'
        'Central Drugs Standard Control Organisation=760;National Health Authority=420;'
            'All India Institute of Medical Sciences, Bhopal=2900;'
            'All India Institute of Medical Sciences, Jodhpur=3300;'
        'All India Institute of Medical Sciences, Patna=2800;'
            'All India Institute of Medical Sciences, Raipur=2700;'
            'All India Institute of Medical Sciences, Rishikesh=3800;'
        'All India Institute of Medical Sciences, Bhubaneswar=3200;'
            'All India Institute of Medical Sciences, Nagpur=1600;'
            'National Institute of Mental Health and Neurosciences=2400;'
        'Employees'' Training Centre, National Institute of Health and Family Welfare=210;'
            'HLL Lifecare Limited=3400'),
    ('DHR', 'health', 'Indian Council of Medical Research=4600'),
    ('MHI', 'psu', 'Bharat Heavy Electricals Limited=28500;Automotive Research Association of India=680;'
        'Cement Corporation of India Limited=320;HMT Limited=480;'
        'Andrew Yule and Company Limited=9800;Engineering Projects (India) Limited=380;'
            'National Automotive Board=60;Bridge and Roof Company (India) Limited=1200;'
            'Fluid Control Research Institute=80'),
    ('MHA', 'police', 'Central Reserve Police Force=312000;Border Security Force=262000;'
        'Central Industrial Security Force=163000;Indo-Tibetan Border Police=92500;'
        'Sashastra Seema Bal=89500;Assam Rifles=64500;National Security Guard=9200;Delhi Police=79500;'
            'Intelligence Bureau=21000;National Disaster Response Force=13900;'
        'Office of the Registrar General and Census Commissioner=6100;National Investigation Agency=1400;'
            'Narcotics Control Bureau=1600;Bureau of Police Research and Development=480;'
        'National Crime Records Bureau=420;Sardar Vallabhbhai Patel National Police Academy=620;'
            'North Eastern Police Academy=260;Directorate of Coordination Police Wireless=1100;'
        'Directorate of Forensic Science Services=620;Bureau of Immigration=3600;'
            'Land Ports Authority of India=320;National Institute of Disaster Management=110;'
        'Central Translation Bureau=190;Central Hindi Training Institute=240;'
            'National Disaster Management Authority=180;Indian Cyber Crime Coordination Centre=310;'
            'Directorate General of Fire Services=210'),
    ('MOHUA', 'eng', 'Central Public Works Department=15800;Delhi Development Authority=5800;'
        'Land and Development Office=380;National Buildings Construction Corporation=1500;'
        'Directorate of Estates=680;Directorate of Printing=1600;Delhi Metro Rail Corporation=13500;'
            'Housing and Urban Development Corporation=720;Town and Country Planning Organisation=190;'
        'National Capital Region Planning Board=90;National Institute of Urban Affairs=210;'
            'Department of Publication=180;National Capital Region Transport Corporation=920;'
            'Delhi Urban Art Commission=40'),
    ('MIB', 'gen', 'Prasar Bharati=21500;Press Information Bureau=1100;Central Bureau of Communication=1300;'
        'Publications Division=420;Registrar General of Newspapers for India=90;'
        'Central Board of Film Certification=110;National Film Development Corporation=380;'
            'Film and Television Institute of India=320;Indian Institute of Mass Communication=180;'
            'Broadcast Engineering Consultants India Limited=340;Electronic Media Monitoring Centre=160'),
    ('JAL', 'gen', 'National Water Mission=60'),
    ('DOWR', 'eng', 'Central Water Commission=2600;Central Ground Water Board=2700;'
        'National Mission for Clean Ganga=160;Central Soil and Materials Research Station=230;'
        'Central Water and Power Research Station=640;Farakka Barrage Project=480;'
            'Ganga Flood Control Commission=90;National Water Development Agency=420;WAPCOS Limited=920;'
        'Brahmaputra Board=380;National Institute of Hydrology=220;Narmada Control Authority=120;'
            'Krishna River Management Board=60'),
    ('DDWS', 'gen', 'Dr. Syama Prasad Mookerjee National Institute of Water and Sanitation=60;'
        'National Jal Jeevan Mission=120'),
    ('LAB', 'gen', 'Employees'' Provident Fund Organisation=15800;'
        'Employees'' State Insurance Corporation=19500;Directorate General of Mines Safety=720;'
        'Chief Labour Commissioner (Central)=920;Labour Bureau=620;'
            'Directorate General Factory Advice Service and Labour Institutes=380;'
            'V. V. Giri National Labour Institute=110;'
        'Directorate General of Employment=420;Labour Welfare Organisation=1200;'
            'Dattopant Thengadi National Board for Workers Education=460;'
            'Central Government Industrial Tribunals=210'),
    ('LAW', 'gen', 'Law Commission of India=70'),
    ('DLA', 'gen', 'Central Agency Section=130;Branch Secretariats of Legal Affairs=190'),
    ('LEG', 'gen', 'Vidhi Sahitya Prakashan=60;Official Languages Wing=90;'
        'Institute of Legislative Drafting and Research=40'),
    ('DOJ', 'gen', 'National Judicial Academy=110;e-Courts Mission Mode Project=120;'
        'National Legal Services Authority=90'),
    ('MSME', 'gen', 'Office of the Development Commissioner (MSME)=2600;'
        'Khadi and Village Industries Commission=1500;Coir Board=320;'
        'National Small Industries Corporation=640;'
        'National Institute for Micro, Small and Medium Enterprises=120;'
            'Mahatma Gandhi Institute for Rural Industrialization=80'),
    ('MINES', 'sci', 'Geological Survey of India=7600;Indian Bureau of Mines=920;'
        'National Aluminium Company Limited=5100;Hindustan Copper Limited=1300;'
        'Mineral Exploration and Consultancy Limited=920;'
            'Jawaharlal Nehru Aluminium Research Development and Design Centre=90;'
            'National Institute of Rock Mechanics=80;National Institute of Miners'' Health=60'),
    ('MOMA', 'gen', 'Central Waqf Council=40;National Commission for Minorities=90;'
        'Maulana Azad Education Foundation=40;National Minorities Development and Finance Corporation=70;'
        'Haj Committee of India=60'),
    ('MNRE', 'psu', 'Solar Energy Corporation of India Limited=310;'
        'Indian Renewable Energy Development Agency=230;National Institute of Solar Energy=120;'
        'National Institute of Wind Energy=140;Sardar Swaran Singh National Institute of Bio-Energy=60'),
    ('PANCH', 'gen', 'National Panchayat Training Support Cell=60;e-Panchayat Mission Unit=70'),
    ('PARL', 'gen', 'National e-Vidhan Project Unit=40'),
    ('PPG', 'gen', 'Capacity Building Commission=110'),
    ('DOPT', 'gen', 'Central Bureau of Investigation=6400;'
        'Lal Bahadur Shastri National Academy of Administration=520;'
        'Institute of Secretariat Training and Management=260;'
        'Staff Selection Commission=620;Central Administrative Tribunal=760;'
            'Public Enterprises Selection Board=50;Karmayogi Bharat=170;Central Vigilance Commission=290;'
        'Central Information Commission=160;Grih Kalyan Kendra=210;National Recruitment Agency=40;'
            'Indian Institute of Public Administration=210'),
    ('DARPG', 'gen', 'National Centre for Good Governance=70;CPGRAMS Monitoring Cell=50'),
    ('DOPPW', 'gen', 'Bhavishya and Jeevan Pramaan Cell=60'),
    ('MOPNG', 'psu', 'Indian Oil Corporation Limited=30500;Oil and Natural Gas Corporation Limited=25800;'
        'Bharat Petroleum Corporation Limited=8400;Hindustan Petroleum Corporation Limited=8200;'
        'GAIL (India) Limited=5000;Oil India Limited=6300;Engineers India Limited=2700;'
            'Chennai Petroleum Corporation Limited=1400;Numaligarh Refinery Limited=930;'
            'Balmer Lawrie and Company Limited=860;'
        'Directorate General of Hydrocarbons=160;Petroleum Planning and Analysis Cell=90;'
            'Oil Industry Development Board=50;Oil Industry Safety Directorate=80'),
    ('PLAN', 'gen', 'NITI Aayog=720;Development Monitoring and Evaluation Office=140;'
        'Atal Innovation Mission=90;National Institute of Labour Economics Research and Development=70'),
    ('SHIP', 'psu', 'Jawaharlal Nehru Port Authority=720;Mumbai Port Authority=3900;'
        'Visakhapatnam Port Authority=2700;Syama Prasad Mookerjee Port, Kolkata=3200;'
        'Chennai Port Authority=2900;'
        'Deendayal Port Authority=1900;Cochin Port Authority=1200;Paradip Port Authority=740;'
            'New Mangalore Port Authority=480;Mormugao Port Authority=1100;'
            'V. O. Chidambaranar Port Authority=560;'
        'Directorate General of Shipping=420;Directorate General of Lighthouses and Lightships=520;'
            'Inland Waterways Authority of India=380;Cochin Shipyard Limited=2100;'
            'Shipping Corporation of India Limited=680;Indian Maritime University=410'),
    ('POWER', 'psu', 'NTPC Limited=15400;Power Grid Corporation of India Limited=8600;NHPC Limited=4600;'
        'Central Electricity Authority=720;Damodar Valley Corporation=5600;Power Finance Corporation=540;'
        'REC Limited=520;SJVN Limited=1400;THDC India Limited=1400;'
            'North Eastern Electric Power Corporation=1500;Grid Controller of India Limited=520;'
            'Bhakra Beas Management Board=6200;'
        'Bureau of Energy Efficiency=130;Central Power Research Institute=480;'
            'National Power Training Institute=310;Central Electricity Regulatory Commission=140'),
    ('RLY', 'rail', 'Railway Board Secretariat=1600;Central Railway=31500;Eastern Railway=34500;'
        'East Central Railway=21500;East Coast Railway=14500;Northern Railway=48500;'
        'North Central Railway=19500;North Eastern Railway=15500;Northeast Frontier Railway=23500;'
            'North Western Railway=16500;Southern Railway=29500;South Central Railway=26500;'
        'South Eastern Railway=24500;South East Central Railway=15500;South Western Railway=12500;'
            'Western Railway=31500;West Central Railway=17500;Metro Railway, Kolkata=3400;'
        'Integral Coach Factory=9800;Chittaranjan Locomotive Works=9400;Banaras Locomotive Works=5300;'
            'Rail Coach Factory, Kapurthala=6700;Modern Coach Factory, Raebareli=3200;'
        'Rail Wheel Factory=1700;Patiala Locomotive Works=3100;'
            'Research Designs and Standards Organisation=2400;Railway Protection Force=62500;'
            'Indian Railway Catering and Tourism Corporation=1400;'
        'RITES Limited=1500;IRCON International Limited=1100;RailTel Corporation of India=620;'
            'Container Corporation of India=1300;Dedicated Freight Corridor Corporation of India=3900;'
        'Konkan Railway Corporation=4600;Centre for Railway Information Systems=1100;'
            'Rail Vikas Nigam Limited=640;Railway Recruitment Board Chairmen''s Offices=420;'
            'National Academy of Indian Railways=310'),
    ('MORTH', 'eng', 'National Highways Authority of India=1900;'
        'National Highways and Infrastructure Development Corporation Limited=920;'
        'Indian Academy of Highway Engineers=70;National Highways Logistics Management Limited=60;'
        'Indian Roads Congress Secretariat=50'),
    ('RUR', 'gen', 'Bharat Rural Livelihoods Foundation=60'),
    ('DORD', 'gen', 'National Institute of Rural Development and Panchayati Raj=420;'
        'National Rural Infrastructure Development Agency=140;National Rural Livelihoods Mission Unit=160'),
    ('DOLR', 'gen', 'Watershed Development Monitoring Unit=60'),
    ('SNT', 'sci', 'Office of the Principal Scientific Adviser Liaison Cell=40'),
    ('DST', 'sci', 'Survey of India=3600;National Atlas and Thematic Mapping Organisation=210;'
        'Indian Association for the Cultivation of Science=260;Raman Research Institute=140;'
        'Sree Chitra Tirunal Institute for Medical Sciences and Technology=1200;'
            'Indian Institute of Astrophysics=230;Bose Institute=210;Technology Development Board=40;'
            'National Innovation Foundation=110;Anusandhan National Research Foundation=90'),
    ('DSIR', 'sci', 'Council of Scientific and Industrial Research=6900;National Physical Laboratory=620;'
        'National Chemical Laboratory=580;Indian Institute of Chemical Technology=520;'
        'National Aerospace Laboratories=980;Central Drug Research Institute=430;'
            'Central Building Research Institute=320;National Research Development Corporation=110;'
            'Central Electronics Limited=320'),
    ('DBT', 'sci', 'Biotechnology Industry Research Assistance Council=140;'
        'National Institute of Immunology=260;National Centre for Cell Science=230;'
        'Institute of Bioresources and Sustainable Development=90;'
        'Translational Health Science and Technology Institute=190;'
        'Bharat Immunologicals and Biologicals Corporation=160'),
    ('SKILL', 'gen', 'Directorate General of Training=2900;National Skill Development Corporation=480;'
        'National Council for Vocational Education and Training=120;'
        'National Institute for Entrepreneurship and Small Business Development=130;'
            'Indian Institute of Entrepreneurship, Guwahati=70;National Instructional Media Institute=90'),
    ('SJE', 'gen', 'National Institute of Social Defence=80;Dr. Ambedkar Foundation=50;'
        'National Commission for Scheduled Castes=210;National Commission for Backward Classes=90;'
        'National Scheduled Castes Finance and Development Corporation=80;'
            'National Commission for Safai Karamcharis=40;Babu Jagjivan Ram National Foundation=30'),
    ('DEPWD', 'health', 'Artificial Limbs Manufacturing Corporation of India=420;'
        'Pt. Deendayal Upadhyaya National Institute for Persons with Physical Disabilities=160;'
        'Rehabilitation Council of India=70;'
            'Ali Yavar Jung National Institute of Speech and Hearing Disabilities=210;'
            'Office of the Chief Commissioner for Persons with Disabilities=50;'
        'National Institute for Empowerment of Persons with Visual Disabilities=230;'
            'National Institute for Locomotor Disabilities=240;'
            'Indian Sign Language Research and Training Centre=40'),
    ('DOS', 'sci', 'Vikram Sarabhai Space Centre=4300;Satish Dhawan Space Centre=2300;'
        'U R Rao Satellite Centre=2400;Space Applications Centre=1900;National Remote Sensing Centre=1200;'
        'Liquid Propulsion Systems Centre=1400;ISRO Propulsion Complex=980;'
            'ISRO Telemetry, Tracking and Command Network=920;Physical Research Laboratory=420;'
            'Master Control Facility=360;'
        'Indian Institute of Space Science and Technology=260;NewSpace India Limited=130;'
            'Indian National Space Promotion and Authorisation Centre=110;Human Space Flight Centre=340'),
    ('MOSPI', 'gen', 'National Statistics Office (Field Operations Division)=5200;'
        'Central Statistics Office=620;Data Quality Assurance Division=280;Indian Statistical Institute=1300;'
        'National Statistical Systems Training Academy=120;Computer Centre=90;'
            'Infrastructure and Project Monitoring Division=90'),
    ('STEEL', 'psu', 'Steel Authority of India Limited=52500;Rashtriya Ispat Nigam Limited=13800;'
        'NMDC Limited=5600;MOIL Limited=5500;KIOCL Limited=540;MECON Limited=1000;MSTC Limited=310;'
        'National Institute of Secondary Steel Technology=60;Hindustan Steelworks Construction Limited=120'),
    ('TEX', 'gen', 'Office of the Development Commissioner (Handlooms)=820;'
        'Office of the Development Commissioner (Handicrafts)=1100;Central Silk Board=2100;'
        'Office of the Textile Commissioner=420;'
        'Cotton Corporation of India=680;National Institute of Fashion Technology=1500;'
            'Office of the Jute Commissioner=110;National Jute Board=60;Central Wool Development Board=40;'
            'Textiles Committee=360;National Handloom Development Corporation=120'),
    ('TOUR', 'gen', 'India Tourism Offices=210;Indian Institute of Tourism and Travel Management=190;'
        'National Council for Hotel Management and Catering Technology=420;'
        'India Tourism Development Corporation=920'),
    ('TRIB', 'gen', 'National Commission for Scheduled Tribes=160;'
        'Tribal Cooperative Marketing Development Federation of India=310;'
        'National Education Society for Tribal Students=11800;'
        'National Scheduled Tribes Finance and Development Corporation=70'),
    ('WCD', 'wcd', 'Savitribai Phule National Institute of Women and Child Development=320;'
        'National Commission for Women=130;National Commission for Protection of Child Rights=110;'
        'Central Adoption Resource Authority=50;Food and Nutrition Board=160;Central Social Welfare Board=90;'
            'Rashtriya Mahila Kosh=30'),
    ('YAS', 'gen', 'Sports Authority of India=3900;Nehru Yuva Kendra Sangathan=2600;'
        'National Service Scheme Directorate=320;Lakshmibai National Institute of Physical Education=410;'
        'Rajiv Gandhi National Institute of Youth Development=130;National Anti Doping Agency=90;'
            'National Dope Testing Laboratory=60;National Sports University, Imphal=120');

-- Networks of field offices: M/D, sector, pattern, all their officials, places.
create table network_ref(code text, sector text, pattern text, heads int, places text);
insert into network_ref values
    ('POST', 'post', '%s Postal Circle', 92000,
        'Andhra Pradesh;Assam;Bihar;Chhattisgarh;Delhi;Gujarat;Haryana;Himachal Pradesh;Jammu and Kashmir;'
            'Jharkhand;Karnataka;Kerala;'
        'Madhya Pradesh;Maharashtra;North Eastern;Odisha;Punjab;Rajasthan;Tamil Nadu;Telangana;Uttar Pradesh;'
            'Uttarakhand;West Bengal'),
    ('POST', 'post', '%s Postal Division', 330000, 'CITY'),
    ('RLY', 'rail', '%s Division', 720000,
        'Mumbai Central;Bhusawal;Nagpur (CR);Pune;Solapur;Howrah;Sealdah;Asansol;Malda;Danapur;Dhanbad;'
            'Pt. Deen Dayal Upadhyaya;Samastipur;Sonpur;'
        'Khurda Road;Sambalpur;Waltair;Delhi;Ambala;Firozpur;Lucknow (NR);Moradabad;Prayagraj;Agra;Jhansi;'
            'Izzatnagar;Lucknow (NER);Varanasi;Alipurduar;'
        'Katihar;Lumding;Rangiya;Tinsukia;Jaipur;Ajmer;Bikaner;Jodhpur;Chennai;Tiruchchirappalli;Madurai;'
            'Palakkad;Salem;Thiruvananthapuram;Secunderabad;'
        'Hyderabad;Guntakal;Guntur;Nanded;Vijayawada;Adra;Chakradharpur;Kharagpur;Ranchi;Bilaspur;'
            'Nagpur (SECR);Raipur;Bengaluru;Hubballi;Mysuru;'
        'Mumbai Central (WR);Ahmedabad;Bhavnagar;Rajkot;Ratlam;Vadodara;Bhopal;Jabalpur;Kota'),
    ('DOR', 'tax', 'Principal Chief Commissioner of Income Tax, %s', 33000,
        'Andhra Pradesh and Telangana;Bihar and Jharkhand;Delhi;Gujarat;Karnataka and Goa;Kerala;'
            'Madhya Pradesh and Chhattisgarh;Mumbai;Nagpur;North East Region;'
        'North West Region;Odisha;Pune;Rajasthan;Tamil Nadu and Puducherry;Uttar Pradesh (East);'
            'Uttar Pradesh (West) and Uttarakhand;West Bengal and Sikkim'),
    ('DOR', 'tax', 'CGST and Central Excise Zone, %s', 39000,
        'Ahmedabad;Bengaluru;Bhopal;Bhubaneswar;Chandigarh;Chennai;Delhi;Guwahati;Hyderabad;Jaipur;Kolkata;'
            'Lucknow;Meerut;Mumbai;Nagpur;Panchkula;Pune;Ranchi;Thiruvananthapuram;Vadodara;Visakhapatnam'),
    ('DOR', 'tax', 'Customs Zone, %s', 12000,
        'Ahmedabad;Bengaluru;Chennai;Delhi;Kolkata;Mumbai-I;Mumbai-II;Mumbai-III;'
        'Tiruchirappalli (Preventive);Patna (Preventive);Delhi (Preventive)'),
    ('MHA', 'gen', 'Directorate of Census Operations, %s', 3400,
        'Andhra Pradesh;Assam;Bihar;Gujarat;Karnataka;Kerala;Madhya Pradesh;Maharashtra;Odisha;Punjab;'
            'Rajasthan;Tamil Nadu;Uttar Pradesh;West Bengal'),
    ('DSEL', 'edu', 'Kendriya Vidyalaya Sangathan Regional Office, %s', 8200,
        'Agra;Ahmedabad;Bengaluru;Bhopal;Bhubaneswar;Chandigarh;Chennai;Dehradun;Delhi;Ernakulam;Gurugram;'
        'Guwahati;Hyderabad;Jabalpur;Jaipur;Jammu;Kolkata;Lucknow;Mumbai;Patna;Raipur;Ranchi;Silchar;'
        'Tinsukia;Varanasi'),
    ('DFPD', 'psu', 'Food Corporation of India Regional Office, %s', 9200,
        'Amaravati;Bengaluru;Bhopal;Bhubaneswar;Chandigarh;Chennai;Dehradun;Dimapur;Guwahati;Hyderabad;'
        'Jaipur;Lucknow;Mumbai;New Delhi;Panchkula;Patna;Raipur;Ranchi;Shillong;Shimla;Thiruvananthapuram'),
    ('LAB', 'gen', 'EPFO Regional Office, %s', 9800, 'CITY'),
    ('DOT', 'eng', 'Licensed Service Area, %s', 1300,
        'Andhra Pradesh;Assam;Bihar;Delhi;Gujarat;Haryana;Karnataka;Kerala;Kolkata;Madhya Pradesh;'
        'Maharashtra;Mumbai;North East;Odisha;Punjab;Rajasthan;Tamil Nadu;Uttar Pradesh (East);'
        'Uttar Pradesh (West);West Bengal'),
    ('DOD', 'gen', 'Defence Estates Office, %s', 2600, 'CITY'),
    ('DHE', 'edu', 'IGNOU Regional Centre, %s', 1500, 'CITY'),
    ('MEA', 'gen', 'Regional Passport Office, %s', 1900, 'CITY'),
    ('MOSPI', 'gen', 'NSO Regional Office, %s', 2600, 'CITY'),
    ('MIB', 'gen', 'All India Radio and Doordarshan Kendra, %s', 6200, 'CITY'),
    ('DOE', 'gen', 'Pay and Accounts Office, %s', 4200, 'CITY'),
    ('MSME', 'gen', 'MSME Development and Facilitation Office, %s', 1300, 'CITY'),
    ('HFW', 'health', 'CGHS Wellness Centres, %s', 4800, 'CITY'),
    ('MOHUA', 'eng', 'CPWD Zone, %s', 9200, 'CITY'),
    ('SKILL', 'gen', 'National Skill Training Institute, %s', 2300, 'CITY'),
    ('CULT', 'gen', 'ASI Circle, %s', 2900, 'CITY'),
    ('MOES', 'sci', 'Meteorological Centre, %s', 1800, 'CITY'),
    ('DOWR', 'eng', 'Central Ground Water Board Regional Office, %s', 1200, 'CITY'),
    ('MINES', 'sci', 'GSI State Unit, %s', 2700, 'CITY'),
    ('DAFW', 'agri', 'Central Integrated Pest Management Centre, %s', 900, 'CITY'),
    ('YAS', 'gen', 'Nehru Yuva Kendra, %s', 1500, 'CITY'),
    ('MEITY', 'sci', 'NIC State Centre, %s', 2900, 'CITY'),
    ('TEX', 'gen', 'Weavers'' Service Centre, %s', 700, 'CITY'),
    ('DCA', 'gen', 'BIS Branch Office, %s', 900, 'CITY'),
    ('MCA', 'gen', 'Registrar of Companies, %s', 1200, 'CITY'),
    ('DOPT', 'gen', 'CBI Branch, %s', 2200, 'CITY'),
    ('MOEFCC', 'sci', 'Integrated Regional Office, %s', 700, 'CITY'),
    ('DDRD', 'sci', 'Defence Technology Field Station, %s', 2800, 'CITY'),
    ('DFS', 'bank', 'Gramin Bank Head Office, %s', 92000, 'CITY');

create table city_ref(place text);
insert into city_ref select string_to_table(
    'Agartala;Agra;Ahmedabad;Aizawl;Ajmer;Amritsar;Aurangabad;Bareilly;Belagavi;Bengaluru;Bhopal;Bhubaneswar;'
        'Bikaner;Chandigarh;Chennai;Coimbatore;Cuttack;'
    'Dehradun;Delhi;Dhanbad;Dibrugarh;Faridabad;Gangtok;Goa;Gorakhpur;Guntur;Guwahati;Gwalior;Hubballi;'
        'Hyderabad;Imphal;Indore;Itanagar;Jabalpur;Jaipur;Jalandhar;'
    'Jammu;Jamshedpur;Jodhpur;Kalaburagi;Kanpur;Kochi;Kohima;Kolhapur;Kolkata;Kota;Kozhikode;Lucknow;'
        'Ludhiana;Madurai;Mangaluru;Meerut;Mumbai;Muzaffarpur;Mysuru;'
    'Nagpur;Nashik;Noida;Patna;Port Blair;Prayagraj;Puducherry;Pune;Raipur;Rajkot;Ranchi;Rourkela;Salem;'
        'Sambalpur;Shillong;Shimla;Silchar;Siliguri;Srinagar;Surat;'
    'Thane;Thiruvananthapuram;Thrissur;Tirunelveli;Tiruchirappalli;Tirupati;Udaipur;Vadodara;Varanasi;'
        'Vijayawada;Visakhapatnam;Warangal', ';');

-- States and Union territories: name, officials in thousands, districts.
create table state_ref(name text, heads int, districts text);
insert into state_ref values
    ('Andhra Pradesh', 480, 'Anantapur;Chittoor;East Godavari;Guntur;Kakinada;Krishna;Kurnool;Nandyal;NTR;'
        'Palnadu;Prakasam;Sri Potti Sriramulu Nellore;Srikakulam;Tirupati;Visakhapatnam;Vizianagaram;'
        'West Godavari;YSR Kadapa;Eluru;Bapatla'),
    ('Arunachal Pradesh', 60, 'Changlang;East Kameng;East Siang;Lohit;Lower Subansiri;Papum Pare;Tawang;'
        'Tirap;Upper Siang;West Kameng;West Siang'),
    ('Assam', 420, 'Baksa;Barpeta;Bongaigaon;Cachar;Darrang;Dhemaji;Dhubri;Dibrugarh;Goalpara;Golaghat;'
        'Jorhat;Kamrup;Kamrup Metropolitan;Karbi Anglong;Karimganj;Kokrajhar;Lakhimpur;Morigaon;Nagaon;'
        'Nalbari;Sivasagar;Sonitpur;Tinsukia;Udalguri'),
    ('Bihar', 720, 'Araria;Arwal;Aurangabad;Banka;Begusarai;Bhagalpur;Bhojpur;Buxar;Darbhanga;East Champaran;'
        'Gaya;Gopalganj;Jamui;Jehanabad;Kaimur;Katihar;Khagaria;Kishanganj;Lakhisarai;Madhepura;Madhubani;'
        'Munger;Muzaffarpur;Nalanda;Nawada;Patna;Purnia;Rohtas;Saharsa;Samastipur;Saran;Sheikhpura;Sheohar;'
        'Sitamarhi;Siwan;Supaul;Vaishali;West Champaran'),
    ('Chhattisgarh', 360, 'Balod;Baloda Bazar;Bastar;Bilaspur;Dantewada;Dhamtari;Durg;Gariaband;'
        'Janjgir-Champa;Jashpur;Kabirdham;Kanker;Korba;Koriya;Mahasamund;Mungeli;Narayanpur;Raigarh;Raipur;'
        'Rajnandgaon;Sukma;Surajpur;Surguja'),
    ('Goa', 45, 'North Goa;South Goa'),
    ('Gujarat', 560, 'Ahmedabad;Amreli;Anand;Aravalli;Banaskantha;Bharuch;Bhavnagar;Botad;Dahod;Dang;'
        'Devbhumi Dwarka;Gandhinagar;Gir Somnath;Jamnagar;Junagadh;Kheda;Kutch;Mahisagar;Mehsana;Morbi;'
        'Narmada;Navsari;Panchmahal;Patan;Porbandar;Rajkot;Sabarkantha;Surat;Surendranagar;Tapi;Vadodara;'
        'Valsad'),
    ('Haryana', 340, 'Ambala;Bhiwani;Charkhi Dadri;Faridabad;Fatehabad;Gurugram;Hisar;Jhajjar;Jind;Kaithal;'
        'Karnal;Kurukshetra;Mahendragarh;Nuh;Palwal;Panchkula;Panipat;Rewari;Rohtak;Sirsa;Sonipat;'
        'Yamunanagar'),
    ('Himachal Pradesh', 190, 'Bilaspur;Chamba;Hamirpur;Kangra;Kinnaur;Kullu;Lahaul and Spiti;Mandi;Shimla;'
        'Sirmaur;Solan;Una'),
    ('Jharkhand', 230, 'Bokaro;Chatra;Deoghar;Dhanbad;Dumka;East Singhbhum;Garhwa;Giridih;Godda;Gumla;'
        'Hazaribagh;Jamtara;Khunti;Koderma;Latehar;Lohardaga;Pakur;Palamu;Ramgarh;Ranchi;Sahibganj;'
        'Seraikela Kharsawan;Simdega;West Singhbhum'),
    ('Karnataka', 520, 'Bagalkot;Ballari;Belagavi;Bengaluru Rural;Bengaluru Urban;Bidar;Chamarajanagar;'
        'Chikkaballapura;Chikkamagaluru;Chitradurga;Dakshina Kannada;Davanagere;Dharwad;Gadag;Hassan;Haveri;'
        'Kalaburagi;Kodagu;Kolar;Koppal;Mandya;Mysuru;Raichur;Ramanagara;Shivamogga;Tumakuru;Udupi;'
        'Uttara Kannada;Vijayapura;Yadgir'),
    ('Kerala', 260, 'Alappuzha;Ernakulam;Idukki;Kannur;Kasaragod;Kollam;Kottayam;Kozhikode;Malappuram;'
        'Palakkad;Pathanamthitta;Thiruvananthapuram;Thrissur;Wayanad'),
    ('Madhya Pradesh', 760, 'Agar Malwa;Alirajpur;Anuppur;Ashoknagar;Balaghat;Barwani;Betul;Bhind;Bhopal;'
        'Burhanpur;Chhatarpur;Chhindwara;Damoh;Datia;Dewas;Dhar;Dindori;Guna;Gwalior;Harda;Indore;Jabalpur;'
        'Jhabua;Katni;Khandwa;Khargone;Mandla;Mandsaur;Morena;Narmadapuram;Narsinghpur;Neemuch;Panna;Raisen;'
        'Rajgarh;Ratlam;Rewa;Sagar;Satna;Sehore;Seoni;Shahdol;Shajapur;Sheopur;Shivpuri;Sidhi;Singrauli;'
        'Tikamgarh;Ujjain;Umaria;Vidisha'),
    ('Maharashtra', 940, 'Ahilyanagar;Akola;Amravati;Beed;Bhandara;Buldhana;Chandrapur;'
        'Chhatrapati Sambhajinagar;Dharashiv;Dhule;Gadchiroli;Gondia;Hingoli;Jalgaon;Jalna;Kolhapur;Latur;'
        'Mumbai City;Mumbai Suburban;Nagpur;Nanded;Nandurbar;Nashik;Palghar;Parbhani;Pune;Raigad;Ratnagiri;'
        'Sangli;Satara;Sindhudurg;Solapur;Thane;Wardha;Washim;Yavatmal'),
    ('Manipur', 60, 'Bishnupur;Chandel;Churachandpur;Imphal East;Imphal West;Senapati;Tamenglong;Thoubal;'
        'Ukhrul'),
    ('Meghalaya', 55, 'East Garo Hills;East Khasi Hills;Jaintia Hills;Ri-Bhoi;South Garo Hills;'
        'West Garo Hills;West Khasi Hills'),
    ('Mizoram', 40, 'Aizawl;Champhai;Kolasib;Lawngtlai;Lunglei;Mamit;Saiha;Serchhip'),
    ('Nagaland', 55, 'Dimapur;Kohima;Mokokchung;Mon;Phek;Tuensang;Wokha;Zunheboto'),
    ('Odisha', 420, 'Angul;Balangir;Balasore;Bargarh;Bhadrak;Boudh;Cuttack;Deogarh;Dhenkanal;Gajapati;Ganjam;'
        'Jagatsinghpur;Jajpur;Jharsuguda;Kalahandi;Kandhamal;Kendrapara;Kendujhar;Khordha;Koraput;Malkangiri;'
        'Mayurbhanj;Nabarangpur;Nayagarh;Nuapada;Puri;Rayagada;Sambalpur;Subarnapur;Sundargarh'),
    ('Punjab', 280, 'Amritsar;Barnala;Bathinda;Faridkot;Fatehgarh Sahib;Fazilka;Ferozepur;Gurdaspur;'
        'Hoshiarpur;Jalandhar;Kapurthala;Ludhiana;Malerkotla;Mansa;Moga;Pathankot;Patiala;Rupnagar;'
        'Sahibzada Ajit Singh Nagar;Sangrur;Shahid Bhagat Singh Nagar;Sri Muktsar Sahib;Tarn Taran'),
    ('Rajasthan', 760, 'Ajmer;Alwar;Banswara;Baran;Barmer;Bharatpur;Bhilwara;Bikaner;Bundi;Chittorgarh;Churu;'
        'Dausa;Dholpur;Dungarpur;Hanumangarh;Jaipur;Jaisalmer;Jalore;Jhalawar;Jhunjhunu;Jodhpur;Karauli;Kota;'
        'Nagaur;Pali;Pratapgarh;Rajsamand;Sawai Madhopur;Sikar;Sirohi;Sri Ganganagar;Tonk;Udaipur'),
    ('Sikkim', 30, 'Gangtok;Gyalshing;Mangan;Namchi;Pakyong;Soreng'),
    ('Tamil Nadu', 640, 'Ariyalur;Chengalpattu;Chennai;Coimbatore;Cuddalore;Dharmapuri;Dindigul;Erode;'
        'Kallakurichi;Kancheepuram;Kanniyakumari;Karur;Krishnagiri;Madurai;Mayiladuthurai;Nagapattinam;'
        'Namakkal;Nilgiris;Perambalur;Pudukkottai;Ramanathapuram;Ranipet;Salem;Sivaganga;Tenkasi;Thanjavur;'
        'Theni;Thoothukudi;Tiruchirappalli;Tirunelveli;Tirupathur;Tiruppur;Tiruvallur;Tiruvannamalai;'
        'Tiruvarur;Vellore;Viluppuram;Virudhunagar'),
    ('Telangana', 300, 'Adilabad;Bhadradri Kothagudem;Hanumakonda;Hyderabad;Jagtial;Jangaon;Jogulamba Gadwal;'
        'Kamareddy;Karimnagar;Khammam;Mahabubabad;Mahabubnagar;Mancherial;Medak;Medchal-Malkajgiri;'
        'Nagarkurnool;Nalgonda;Nirmal;Nizamabad;Peddapalli;Rajanna Sircilla;Ranga Reddy;Sangareddy;Siddipet;'
        'Suryapet;Vikarabad;Wanaparthy;Warangal;Yadadri Bhuvanagiri'),
    ('Tripura', 95, 'Dhalai;Gomati;Khowai;North Tripura;Sepahijala;South Tripura;Unakoti;West Tripura'),
    ('Uttar Pradesh', 1880, 'Agra;Aligarh;Ambedkar Nagar;Amethi;Amroha;Auraiya;Ayodhya;Azamgarh;Baghpat;'
        'Bahraich;Ballia;Balrampur;Banda;Barabanki;Bareilly;Basti;Bhadohi;Bijnor;Budaun;Bulandshahr;'
        'Chandauli;Chitrakoot;Deoria;Etah;Etawah;Farrukhabad;Fatehpur;Firozabad;Gautam Buddha Nagar;'
        'Ghaziabad;Ghazipur;Gonda;Gorakhpur;Hamirpur;Hapur;Hardoi;Hathras;Jalaun;Jaunpur;Jhansi;Kannauj;'
        'Kanpur Dehat;Kanpur Nagar;Kasganj;Kaushambi;Kushinagar;Lakhimpur Kheri;Lalitpur;Lucknow;Maharajganj;'
        'Mahoba;Mainpuri;Mathura;Mau;Meerut;Mirzapur;Moradabad;Muzaffarnagar;Pilibhit;Pratapgarh;Prayagraj;'
        'Raebareli;Rampur;Saharanpur;Sambhal;Sant Kabir Nagar;Shahjahanpur;Shamli;Shravasti;Siddharthnagar;'
        'Sitapur;Sonbhadra;Sultanpur;Unnao;Varanasi'),
    ('Uttarakhand', 175, 'Almora;Bageshwar;Chamoli;Champawat;Dehradun;Haridwar;Nainital;Pauri Garhwal;'
        'Pithoragarh;Rudraprayag;Tehri Garhwal;Udham Singh Nagar;Uttarkashi'),
    ('West Bengal', 180, 'Alipurduar;Bankura;Birbhum;Cooch Behar;Dakshin Dinajpur;Darjeeling;Hooghly;Howrah;'
        'Jalpaiguri;Jhargram;Kalimpong;Kolkata;Malda;Murshidabad;Nadia;North 24 Parganas;Paschim Bardhaman;'
        'Paschim Medinipur;Purba Bardhaman;Purba Medinipur;Purulia;South 24 Parganas;Uttar Dinajpur'),
    ('Andaman and Nicobar Islands', 26, 'Nicobar;North and Middle Andaman;South Andaman'),
    ('Chandigarh', 36, 'Chandigarh'),
    ('Dadra and Nagar Haveli and Daman and Diu', 12, 'Dadra and Nagar Haveli;Daman;Diu'),
    ('Delhi', 130, 'Central Delhi;East Delhi;New Delhi;North Delhi;North East Delhi;North West Delhi;'
        'Shahdara;South Delhi;South East Delhi;South West Delhi;West Delhi'),
    ('Jammu and Kashmir', 390, 'Anantnag;Bandipora;Baramulla;Budgam;Doda;Ganderbal;Jammu;Kathua;Kishtwar;'
        'Kulgam;Kupwara;Poonch;Pulwama;Rajouri;Ramban;Reasi;Samba;Shopian;Srinagar;Udhampur'),
    ('Ladakh', 28, 'Kargil;Leh'),
    ('Lakshadweep', 8, 'Lakshadweep'),
    ('Puducherry', 24, 'Karaikal;Mahe;Puducherry;Yanam');

-- Departments of a State, the most common first: name, share of the
-- officials (per mille), sector, directorate, office of a district.
create table state_department_ref(no int generated always as identity, name text, share int, sector text,
    directorate text, office text);
insert into state_department_ref(name, share, sector, directorate, office) values
    ('Department of School Education', 270, 'edu', 'Directorate of School Education',
        'District Education Office, %s'),
    ('Home and Police Department', 165, 'police', 'Police Headquarters', 'District Police, %s'),
    ('Department of Health and Family Welfare', 125, 'health', 'Directorate of Health Services',
        'District Health Office, %s'),
    ('Department of Revenue', 62, 'rev', 'Board of Revenue', 'Collectorate, %s'),
    ('Department of Panchayati Raj and Rural Development', 68, 'rev', 'Directorate of Panchayats',
        'Zila Panchayat, %s'),
    ('Department of Women and Child Development', 82, 'wcd',
        'Directorate of Integrated Child Development Services', 'District Programme Office (ICDS), %s'),
    ('Department of Finance', 14, 'gens', 'Directorate of Treasuries and Accounts', 'District Treasury, %s'),
    ('General Administration Department', 9, 'gens', 'State Institute of Public Administration', null),
    ('Department of Agriculture', 25, 'agri', 'Directorate of Agriculture',
        'District Agriculture Office, %s'),
    ('Department of Urban Development', 34, 'rev', 'Directorate of Urban Local Bodies',
        'Municipal Council, %s'),
    ('Public Works Department', 20, 'eng', 'Office of the Engineer-in-Chief', 'Public Works Division, %s'),
    ('Department of Water Resources', 15, 'eng', 'Office of the Chief Engineer (Irrigation)',
        'Irrigation Division, %s'),
    ('Department of Forest and Environment', 15, 'agri',
        'Office of the Principal Chief Conservator of Forests', 'Forest Division, %s'),
    ('Department of Energy', 24, 'eng', 'State Power Distribution Company',
        'Electricity Distribution Circle, %s'),
    ('Department of Higher Education', 14, 'edu', 'Directorate of Higher Education',
        'Government College, %s'),
    ('Department of Social Welfare', 8, 'wcd', 'Directorate of Social Welfare',
        'District Social Welfare Office, %s'),
    ('Department of Food and Civil Supplies', 6, 'rev', 'Directorate of Food and Civil Supplies',
        'District Supply Office, %s'),
    ('Department of Animal Husbandry', 9, 'agri', 'Directorate of Animal Husbandry',
        'District Veterinary Office, %s'),
    ('Department of Transport', 6, 'rev', 'Transport Commissionerate', 'District Transport Office, %s'),
    ('Commercial Taxes Department', 6, 'tax', 'Commissionerate of Commercial Taxes',
        'Commercial Tax Circle, %s'),
    ('Department of Public Health Engineering', 6, 'eng', 'Office of the Chief Engineer (Public Health)',
        'Public Health Engineering Division, %s'),
    ('Department of Labour and Employment', 4, 'gens', 'Labour Commissionerate',
        'District Labour Office, %s'),
    ('Department of Skill Development and Technical Education', 6, 'edu',
        'Directorate of Technical Education', 'Industrial Training Institute, %s'),
    ('Department of Cooperation', 4, 'rev', 'Registrar of Cooperative Societies',
        'Deputy Registrar of Cooperative Societies, %s'),
    ('Department of Tribal Welfare', 5, 'wcd', 'Directorate of Tribal Welfare',
        'District Tribal Welfare Office, %s'),
    ('Department of Excise', 4, 'tax', 'Excise Commissionerate', 'District Excise Office, %s'),
    ('Department of Planning and Statistics', 3, 'gens', 'Directorate of Economics and Statistics',
        'District Statistical Office, %s'),
    ('Department of Industries', 3, 'gens', 'Directorate of Industries', 'District Industries Centre, %s'),
    ('Prisons and Correctional Services', 4, 'police', 'Directorate General of Prisons', 'District Jail, %s'),
    ('Fire and Emergency Services', 4, 'police', 'Directorate of Fire Services', 'Fire Station Command, %s'),
    ('Department of Ayush', 4, 'health', 'Directorate of Ayush', 'District Ayush Office, %s'),
    ('Department of Minority Welfare', 2, 'gens', 'Directorate of Minority Welfare',
        'District Minority Welfare Office, %s'),
    ('Law and Justice Department', 5, 'gens', 'Directorate of Prosecution', null),
    ('Department of Information Technology', 2, 'sci', 'State e-Governance Agency', null),
    ('Department of Information and Public Relations', 2, 'gens',
        'Directorate of Information and Public Relations', 'District Information Office, %s'),
    ('Department of Horticulture', 3, 'agri', 'Directorate of Horticulture',
        'District Horticulture Office, %s'),
    ('Department of Fisheries', 2, 'agri', 'Directorate of Fisheries', 'District Fisheries Office, %s'),
    ('Department of Mines and Geology', 2, 'gens', 'Directorate of Mines and Geology',
        'District Mining Office, %s'),
    ('Department of Tourism and Culture', 2, 'gens', 'Directorate of Tourism', null),
    ('Department of Sports and Youth Affairs', 2, 'gens', 'Directorate of Sports',
        'District Sports Office, %s'),
    ('Registration and Stamps Department', 2, 'rev', 'Inspector General of Registration',
        'District Registrar, %s'),
    ('Department of Housing', 1, 'eng', 'State Housing Board', null);

-- ---------------------------------------------------------------------
-- All organisations of full size. path names one whatever the scale.
create table org_full(path text, md_path text, ministry_path text, central boolean, level int, name text,
    heads bigint, sector text, rank_in_md bigint);

-- The Union: M/Ds, then what is attached.
insert into org_full(path, md_path, ministry_path, central, level, name, heads, sector)
select 'U/' || m.code, 'U/' || m.code, 'U/' || coalesce(m.parent, m.code), true,
       case when m.parent is null then 1 else 2 end, m.name, m.heads, m.sector
from md_ref m;

insert into org_full(path, md_path, ministry_path, central, level, name, heads, sector)
select 'U/' || m.code || '/' || split_part(o, '=', 1), 'U/' || m.code, 'U/' || coalesce(m.parent, m.code),
    true, 3,
       split_part(o, '=', 1), split_part(o, '=', 2)::bigint, a.sector
from attached_ref a
join md_ref m using (code), string_to_table(a.offices, ';') o;

insert into org_full(path, md_path, ministry_path, central, level, name, heads, sector)
select 'U/' || m.code || '/' || place, 'U/' || m.code, 'U/' || coalesce(m.parent, m.code), true, 3, place,
       greatest(1, (share * n.heads / sum(share) over (partition by n.code, n.pattern))::bigint), n.sector
from network_ref n
join md_ref m using (code)
cross join lateral (
    select replace(n.pattern, '%s', p) as place,
           -- nine in ten of a network's offices are within a factor of three
           (40 + 160 * part(h(n.pattern || p, 11), 0) * part(h(n.pattern || p, 11), 1)
               + case when part(h(n.pattern || p, 11), 2) < 0.1 then 200 else 0 end)::bigint as share
    from (select string_to_table(n.places, ';') where n.places <> 'CITY'
          union all
          select place from city_ref where n.places = 'CITY') x(p)
) x;

-- Small field units of every M/D.
insert into org_full(path, md_path, ministry_path, central, level, name, heads, sector)
select 'U/' || m.code || '/F/' || place, 'U/' || m.code, 'U/' || coalesce(m.parent, m.code), true, 3,
       kind || ', ' || place || ' (' || m.name || ')',
       3 + (m.heads * part(h(m.code || place, 13), 0) * part(h(m.code || place, 13), 1) / 12)::bigint,
           m.sector
from md_ref m
cross join (select place, (array['Regional Office', 'Field Unit', 'Sub-Regional Office',
    'Facilitation Centre'])[1 + pick(h(place, 12), 0, 4)]
            from city_ref) c(place, kind)
where m.heads >= 150 and part(h(m.code || place, 13), 2) < 0.26;

-- The States: themselves, their departments, directorates and districts.
insert into org_full(path, md_path, ministry_path, central, level, name, heads, sector)
select 'S/' || s.name, 'S/' || s.name, 'S/' || s.name, false, 1, s.name, s.heads * 2, 'gens'
from state_ref s;

create table state_department as
select s.name as state, s.heads * 1000 as state_heads, s.districts, d.*,
       'S/' || s.name || '/' || d.name as path,
       d.share * (60 + 80 * part(h(s.name || d.name, 14), 0))::bigint / 100 as tilted_share,
       -- a third of the States do not write their name behind the department's
       d.name || case when part(h(s.name, 15), 0) < 0.33 then '' else ', ' || s.name end as full_name
from state_ref s, state_department_ref d
where d.no <= greatest(6, ceil(42 * scale_quarter())) and (s.heads >= 40 or d.no <= 24);

insert into org_full(path, md_path, ministry_path, central, level, name, heads, sector)
select path, path, 'S/' || state, false, 2, full_name,
       4 + state_heads * tilted_share / 1000 / 60, sector
from state_department;

insert into org_full(path, md_path, ministry_path, central, level, name, heads, sector)
select path || '/0', path, 'S/' || state, false, 3, directorate || ', ' || state,
       6 + state_heads * tilted_share / 1000 / (case when office is null then 2 else 25 end), sector
from state_department;

insert into org_full(path, md_path, ministry_path, central, level, name, heads, sector)
select d.path || '/' || x.district, d.path, 'S/' || d.state, false, 3, replace(d.office, '%s', x.district),
       1 + d.state_heads * d.tilted_share / 1000 * x.w / sum(x.w) over (partition by d.path), d.sector
from state_department d
cross join lateral (
    select t as district, (20 + 100 * part(h(d.state || t, 16), 0) + 60 * part(h(d.path || t, 17),
        0))::bigint as w
    from string_to_table(d.districts, ';') t
) x
where d.office is not null;

-- What a smaller sample keeps: every M/D, and the largest of what is
-- attached to each, in the proportion of the square root of the scale.
update org_full o
set rank_in_md = r.n
from (select path, row_number() over (partition by md_path order by heads desc, path collate "C") as n
      from org_full where level = 3) r
where r.path = o.path;

create table org_kept as
select o.*, (k.all_heads * o.heads / k.kept_heads) as weight
from (
    select o.*, m.attached,
           level < 3 or rank_in_md <= greatest(case when central then 2
               else 1 end, ceil(m.attached * scale_half())) as kept
    from org_full o
    join (select md_path, count(*) filter (where level = 3) as attached from org_full
        group by 1) m using (md_path)
) o
join (
    select md_path, sum(heads)::bigint as all_heads,
           sum(heads) filter (where level < 3
               or rank_in_md <= greatest(case when central then 2 else 1 end,
                                         ceil(attached * scale_half())))::bigint as kept_heads
    from (select o.*, count(*) filter (where level = 3) over (partition by md_path) as attached
        from org_full o) x
    group by 1
) k using (md_path)
where o.kept;

-- Officials of each: 41 of 126 central, the rest in the States (PIB,
-- 21 July 2025). About 0.6 % of the rows of user_detail are second rows
-- of a person, so 14.91 million persons make 15 million rows.
create table org as
with weighted as (
    select *, row_number() over (order by path collate "C")::int as org_no,
           sum(weight) over (partition by central order by path collate "C")::bigint as upto,
           sum(weight) over (partition by central)::bigint as total,
           floor(14910000 * :scale::double precision * case when central then 41
               else 85 end / 126)::bigint as persons,
           '01' || lpad(((h(path, 18) >> 1 & 4611686018427387903) % 100000000000000000)::text, 17, '0')
               as mdo_id
    from org_kept
), counted as (
    -- an M/D keeps a few officials at any scale; one in fifty of the
    -- small offices is on the portal without officials (inactive)
    select *, case when level < 3 then greatest(n, case when central then 10 else 3 end)
                   when part(h(path, 19), 0) < 0.02 and weight < 300 then 0
                   else n end as officials
    from (select *, (upto::numeric * persons / total)::bigint - ((upto - weight)::numeric * persons /
        total)::bigint as n
          from weighted) w
)
select org_no, path, md_path, ministry_path, central, level, sector, mdo_id,
       case when level = 3 and part(h(path, 19), 1) < 0.004 then name || ' '
            when level = 3 and part(h(path, 19), 1) < 0.006 then ' ' || name
            else name end as name,
       officials::int as officials,
       1 + (sum(officials) over (order by org_no) - officials)::bigint as first_no,
       -- attached offices that org_hierarchy lacks
       not (level = 3 and rank_in_md > 2 and part(h(path, 19), 2) < 0.004) as known
from counted;

alter table org add column md_no int, add column md_id text, add column ministry_id text;
update org o
set md_no = m.org_no, md_id = m.mdo_id, ministry_id = t.mdo_id
from org m, org t
where m.path = o.md_path and t.path = o.ministry_path;
create unique index on org(org_no);
analyze org;

-- How an M/D goes about it, from 0 to 1: some are keen, some are not.
-- Nothing here says anything about the real one.
create table md as
select o.org_no as md_no, o.mdo_id as md_id, o.path, o.central, o.name, part(h(o.path, 20), 0) as diligence,
       -- share of officials that ever enrolled, before calibration
       (case when o.central then 120000 + 850000 * part(h(o.path, 20), 0)
             else 40000 + 420000 * part(h(o.path, 20), 0) * part(h(o.ministry_path, 20), 1) end)::bigint
                 as ppm,
       -- of these, the share that completes whatever is allotted
       0.10 + 0.78 * part(h(o.path, 20), 0) as thorough,
       -- a few M/Ds have no plan on the portal, or nobody in charge of it
       part(h(o.path, 20), 2) < (case when o.central then 0.04 else 0.35 end) as without_plan,
       part(h(o.path, 21), 0) < (case when o.central then 0.05 else 0.20 end) as without_leader
from org o
where o.level < 3;

begin;
truncate :"schema".org_hierarchy;
select generated(34) as generated \gset
insert into :"schema".org_hierarchy
    (mdo_id, mdo_name, ministry, ministry_id, department, department_id, is_cca, mdo_created_on,
        data_last_generated_on)
select o.mdo_id, o.name,
       case when o.level > 1 then t.name end, case when o.level > 1 then t.mdo_id end,
       case when o.level > 2 and m.level = 2 then m.name end, case
           when o.level > 2 and m.level = 2 then m.mdo_id end,
       o.name like '%Accounts%' and o.central,
       (timestamp :'generated_on' - (100 + pick(h(o.path, 22), 0, 1700)) * interval '1 day')::date::text,
       :'generated'
from org o
join org m on m.org_no = o.md_no
join org t on t.mdo_id = o.ministry_id
where o.known;
commit;

select '  org_hierarchy        ' || to_char(count(*), 'FM999,999,999') || ' organisations, '
    || count(*) filter (where central and level < 3) || ' central M/Ds, '
    || count(*) filter (where not central and level = 1) || ' States and Union territories'
from org;
